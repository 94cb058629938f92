//! The program: command lines, what they print, and exit codes, as data in `tests/cmd`.

#[test]
fn command_lines() {
    let cache = tempfile::tempdir().unwrap();
    let cases = trycmd::TestCases::new();
    cases.env("XDG_CACHE_HOME", cache.path().to_str().unwrap()).case("tests/cmd/*.toml");
}
