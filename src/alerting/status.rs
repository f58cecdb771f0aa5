//! Whether alerts would arrive.
