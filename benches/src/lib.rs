//! Inputs of known origin for the benches.
