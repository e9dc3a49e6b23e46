//! cofferdam-capability
