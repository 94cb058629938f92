//! Any articles make feeds that an independent reader reads.
#![no_main]

#[path = "../laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::end_to_end(bytes));
