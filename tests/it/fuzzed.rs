//! The laws of `fuzz/laws.rs` hold for the inputs that fuzzing collected in `fuzz/corpus`.

#[path = "../../fuzz/laws.rs"]
mod laws;

#[test]
fn the_laws_hold_over_the_corpus() {
    type Law = fn(&[u8]);
    let targets: [(&str, Law); 8] = [
        ("front_matter", laws::front_matter),
        ("date", laws::date),
        ("slug", laws::slug),
        ("text", laws::text),
        ("sanitise", laws::sanitise),
        ("manifest", laws::manifest),
        ("end_to_end", laws::end_to_end),
        ("page", laws::page),
    ];
    for (target, law) in targets {
        let folder = format!("fuzz/corpus/{target}");
        let mut replayed = 0;
        for file in std::fs::read_dir(&folder).unwrap() {
            law(&std::fs::read(file.unwrap().path()).unwrap());
            replayed += 1;
        }
        assert!(replayed > 0, "{folder} is empty");
    }
}
