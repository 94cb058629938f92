// Packs two npm packages: the program for this platform, and `feedmill`, which runs the program of the
// platform that npm installs it on.
//
//   node packaging/npm/pack.mjs PROGRAM WORK OUT
//
// The work folder is made anew; the tarballs go into OUT. Names and version come from Cargo.toml.

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";

// One package each, named like the platform and architecture of Node.
const PLATFORMS = ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64"];
const LICENCES = ["LICENSE-APACHE", "LICENSE-MIT"];

const [program, work, out] = process.argv.slice(2);
if (!out) {
  console.error("usage: node pack.mjs PROGRAM WORK OUT");
  process.exit(2);
}

const metadata = execFileSync("cargo", ["metadata", "--no-deps", "--locked", "--format-version=1"], { encoding: "utf8" });
const crate = JSON.parse(metadata).packages.find((it) => it.name === "feedmill");
const common = {
  version: crate.version,
  license: `(${crate.license})`,
  ...(crate.repository && { repository: { type: "git", url: `git+${crate.repository}.git` } }),
};

function pack(name, contents, files) {
  const folder = join(work, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, ...common, ...contents }, null, 2) + "\n");
  for (const [file, mode] of files) {
    const copy = join(folder, basename(file));
    copyFileSync(file, copy);
    chmodSync(copy, mode);
  }
  const made = execFileSync("npm", ["pack", "--silent", "--pack-destination", resolve(out)], { cwd: folder, encoding: "utf8" });
  console.log(made.trim());
}

const [os, cpu] = [process.platform, process.arch];
const platform = `${os}-${cpu}`;
if (!PLATFORMS.includes(platform)) throw new Error(`no npm package for ${platform}`);

rmSync(work, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
pack(
  `@feedmill/${platform}`,
  {
    description: `The program of feedmill for ${platform}`,
    os: [os],
    cpu: [cpu],
    ...(os === "linux" && { libc: ["glibc"] }),
    files: ["feedmill", "LICENSE*"],
    // Yarn must unpack it, because nothing runs out of a zip file.
    preferUnplugged: true,
    publishConfig: { access: "public" },
  },
  [[program, 0o755], ...[...LICENCES, "target/packaging/LICENSE-THIRD-PARTY"].map((file) => [file, 0o644])],
);
pack(
  "feedmill",
  {
    description: crate.description,
    keywords: crate.keywords,
    bin: { feedmill: "feedmill.js" },
    files: ["feedmill.js", "LICENSE*"],
    engines: { node: ">=18" },
    optionalDependencies: Object.fromEntries(PLATFORMS.map((it) => [`@feedmill/${it}`, crate.version])),
  },
  [["packaging/npm/feedmill.js", 0o755], ["README.md", 0o644], ...LICENCES.map((file) => [file, 0o644])],
);
