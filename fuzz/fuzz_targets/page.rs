//! A page is read the same way whether it is skimmed or parsed, whatever it holds.
#![no_main]

#[path = "../laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::page(bytes));
