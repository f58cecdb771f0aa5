//! `backtest`: by the binary.
