"""Reports as pages and downloads, with their plots."""
