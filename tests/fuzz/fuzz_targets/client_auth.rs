#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    doors::client_auth(data);
});
