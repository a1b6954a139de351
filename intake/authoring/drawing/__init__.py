"""Draws a checklist as a flowchart: Mermaid or SVG."""
