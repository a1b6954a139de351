"""The lab: real daemons with one fault each, and the code that each case must be diagnosed with."""
