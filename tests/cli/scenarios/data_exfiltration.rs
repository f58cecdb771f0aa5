//! `data-exfiltration`.
