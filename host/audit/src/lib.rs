//! cofferdam-audit
