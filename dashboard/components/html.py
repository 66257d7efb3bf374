"""HTML elements as plain objects. Children and attributes go in, named as Dash names them; elements come out.

A page has thousands of them. One of Dash's own components is checked each time it is made;
tests/unit/dashboard/test_elements.py makes those checks once, on every page. Dash takes these as they are: of
any object on its way to the browser it asks `to_plotly_json`.
"""

from typing import Any


class Element:
    """One element. children: elements, text, numbers, a list of them or None. Its other attributes are those
    of the HTML element, by Dash's names (`className`, `tabIndex`, `data-...`).
    """

    children: Any

    def __init__(self, children: Any = None, **attributes: Any) -> None:
        self.children = children
        vars(self).update(attributes)

    def to_plotly_json(self) -> dict[str, Any]:
        """What Dash sends to the browser for it."""
        return {"props": vars(self), "type": type(self).__name__, "namespace": "dash_html_components"}


class A(Element):
    """<a>"""


class Article(Element):
    """<article>"""


class Aside(Element):
    """<aside>"""


class Blockquote(Element):
    """<blockquote>"""


class Br(Element):
    """<br>"""


class Button(Element):
    """<button>"""


class Caption(Element):
    """<caption>"""


class Code(Element):
    """<code>"""


class Datalist(Element):
    """<datalist>"""


class Dd(Element):
    """<dd>"""


class Details(Element):
    """<details>"""


class Div(Element):
    """<div>"""


class Dl(Element):
    """<dl>"""


class Dt(Element):
    """<dt>"""


class Em(Element):
    """<em>"""


class Fieldset(Element):
    """<fieldset>"""


class Figcaption(Element):
    """<figcaption>"""


class Figure(Element):
    """<figure>"""


class Footer(Element):
    """<footer>"""


class Form(Element):
    """<form>"""


class H1(Element):
    """<h1>"""


class H2(Element):
    """<h2>"""


class H3(Element):
    """<h3>"""


class H4(Element):
    """<h4>"""


class Header(Element):
    """<header>"""


class Iframe(Element):
    """<iframe>"""


class Img(Element):
    """<img>"""


class Label(Element):
    """<label>"""


class Legend(Element):
    """<legend>"""


class Li(Element):
    """<li>"""


class Main(Element):
    """<main>"""


class Nav(Element):
    """<nav>"""


class Noscript(Element):
    """<noscript>"""


class Ol(Element):
    """<ol>"""


class Optgroup(Element):
    """<optgroup>"""


class Option(Element):
    """<option>"""


class P(Element):
    """<p>"""


class Pre(Element):
    """<pre>"""


class Section(Element):
    """<section>"""


class Select(Element):
    """<select>"""


class Small(Element):
    """<small>"""


class Span(Element):
    """<span>"""


class Strong(Element):
    """<strong>"""


class Sub(Element):
    """<sub>"""


class Summary(Element):
    """<summary>"""


class Table(Element):
    """<table>"""


class Tbody(Element):
    """<tbody>"""


class Td(Element):
    """<td>"""


class Th(Element):
    """<th>"""


class Thead(Element):
    """<thead>"""


class Tr(Element):
    """<tr>"""


class Ul(Element):
    """<ul>"""
