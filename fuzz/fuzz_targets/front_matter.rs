//! Any bytes are an article, or are passed over, or are faulty.
#![no_main]

#[path = "../laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::front_matter(bytes));
