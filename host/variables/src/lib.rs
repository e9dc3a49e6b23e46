//! cofferdam-variables
