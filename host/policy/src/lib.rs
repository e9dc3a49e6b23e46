//! cofferdam-policy
