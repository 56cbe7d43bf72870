#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    doors::request_object(data);
});
