//! cofferdam-sandbox
