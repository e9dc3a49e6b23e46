//! cofferdam-deployment
