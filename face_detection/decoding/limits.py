"""Limits of photo files and of the processes that decode them."""

from __future__ import annotations

MAX_BYTES = 10_000_000
"""Largest accepted file: a 12-megapixel phone photo has 2 to 6 MB."""

MAX_PIXELS = 5712 * 4284
"""Most pixels that are decoded: what phone makers call 24 megapixels (24.5 million)."""

MAX_JPEG_PIXELS = 80_000_000
"""Most pixels of a JPEG in one scan, which is downscaled during decoding; admits the 50 and 64 megapixel
modes of phones. JPEGs with several scans are limited to ``MAX_PIXELS``, because their decoder stores every
coefficient."""

MAX_COSTLY_PIXELS = 4096 * 3072
"""Most pixels where a decoder needs most memory for each: 18 bytes in a WebP, of which Pillow keeps two
frames, and 13 in a JPEG with several scans of four colours. No camera writes either; as copies of its photos,
12 megapixels are enough."""

MAX_SIDE = 30_000
"""Longest side in pixels: OpenCV warps nothing longer than 32,767."""

DECODE_SECONDS = 10.0
"""After this time a decoding is ended with its process. The slowest photos within the limits, damaged JPEGs
of ``MAX_PIXELS`` in 32 scans, which both decoders try, took 2.5 s on two slow cores (2026-12-01).
Transparent ones took 1.5 s on faster ones, and 5.6 s beside ten other programs (2026-11-29)."""

START_SECONDS = 30.0
"""How long a decoder's process may take to start; 0.1 s on an idle computer."""

HEAVY_BYTES = 64_000_000
"""Memory of its decoder from which a photo is heavy. Heavy ones are decoded one at a time, with up to 250 MB.
JPEGs in one scan are shrunk meanwhile, so the photo of a check-in is hardly ever heavy."""

LIGHT_DECODER_BYTES = 128_000_000
"""Most memory that a decoder's process takes beyond its own for a photo that is not heavy, where the system
can limit it, so that a file that declares less than it needs costs no more. Honest ones needed at most 80 MB
(2026-12-01)."""

DECODER_BYTES = 400_000_000
"""Most memory of a decoder's process, where the system can limit it. The photos within the limits that need
most, progressive JPEGs and HEICs of ``MAX_PIXELS``, needed 250 MB (2026-12-01)."""
