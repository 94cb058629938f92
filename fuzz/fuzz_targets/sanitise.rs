//! Sanitised HTML stays as it is when sanitised again.
#![no_main]

#[path = "../laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::sanitise(bytes));
