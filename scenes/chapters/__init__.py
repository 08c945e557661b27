"""The chapters: a folder each, one file a clip, and the parts that only this chapter uses."""
