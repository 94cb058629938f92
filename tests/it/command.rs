//! The program: command lines, what they print, and exit codes, as data in `tests/cmd`.

#[test]
fn command_lines() {
    trycmd::TestCases::new().case("tests/cmd/*.toml");
}
