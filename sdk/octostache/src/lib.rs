//! cofferdam-octostache
