//! cofferdam-package
