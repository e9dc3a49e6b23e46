//! cofferdam-sdk
