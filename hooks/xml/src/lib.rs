//! Lossless XML
