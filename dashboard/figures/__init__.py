"""Pictures of figures, pure: values go in; a Plotly figure as plain data, or SVG text, comes out."""
