"""A document as one HTML file that prints well: no script, no picture, nothing from elsewhere."""

from __future__ import annotations

from datetime import date
from html import escape

from attendance.privacy.documents.parts import LawDocument, LawSection
from attendance.privacy.texts import DocumentLanguage, Text

AS_OF = Text("By the settings in use on", "Nach den Einstellungen vom")
_STYLE = (
    "body{font:11pt/1.45 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#000}"
    "h1{font-size:20pt;line-height:1.2}h2{font-size:13pt;margin:1.4em 0 .4em}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #999;padding:.2rem .4rem;"
    "text-align:left;vertical-align:top;overflow-wrap:anywhere}"
    ".note{color:#444}.boxes{list-style:none;padding:0}.boxes li::before{content:'\\2610\\00a0\\00a0'}"
    ".blank{display:flex;gap:.6rem;margin:.9rem 0}.blank span{flex:1;border-bottom:1px solid #000}"
    "section{break-inside:auto}h2,tr{break-inside:avoid;break-after:auto}h2{break-after:avoid}"
    "@media print{body{margin:0;max-width:none}.new-page{break-before:page}}@page{margin:18mm}"
)


def html_page(document: LawDocument, language: DocumentLanguage, day: date) -> str:
    """The whole file.

    Args:
        document: what it says.
        language: in which language.
        day: when it was made.
    """
    title = escape(document.title.in_(language))
    note = f"{document.note.in_(language)} {AS_OF.in_(language)} {day.isoformat()}."
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
        f"<style>{_STYLE}</style>"
    )
    body = "\n".join(_section(each, language) for each in document.sections)
    return (
        f'<!doctype html>\n<html lang="{language.value}"><head>{head}</head>\n'
        f'<body><h1>{title}</h1>\n<p class="note">{escape(note)}</p>\n{body}\n</body></html>\n'
    )


def _section(section: LawSection, language: DocumentLanguage) -> str:
    def said(text: Text) -> str:
        return escape(text.in_(language))

    lines = [f"<section{' class=new-page' if section.new_page else ''}><h2>{said(section.title)}</h2>"]
    lines += [f"<p>{said(each)}</p>" for each in section.says]
    if section.items:
        lines.append(f"<ul>{''.join(f'<li>{said(each)}</li>' for each in section.items)}</ul>")
    if section.table is not None:
        heads = "".join(f'<th scope="col">{said(each)}</th>' for each in section.table.headings)
        lines.append(f"<table><thead><tr>{heads}</tr></thead><tbody>")
        for first, *others in section.table.rows:
            cells = "".join(f"<td>{said(each)}</td>" for each in others)
            lines.append(f'<tr><th scope="row">{said(first)}</th>{cells}</tr>')
        lines.append("</tbody></table>")
    if section.boxes:
        lines.append(f'<ul class="boxes">{"".join(f"<li>{said(each)}</li>" for each in section.boxes)}</ul>')
    lines += [f'<p class="blank">{said(each)} <span></span></p>' for each in section.blanks]
    return "\n".join([*lines, "</section>"])
