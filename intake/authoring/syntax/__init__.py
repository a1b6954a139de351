"""From a file to a checklist: YAML with its places, sections, models, mistakes in words."""
