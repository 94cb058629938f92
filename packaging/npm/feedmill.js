#!/usr/bin/env node
// Runs the program that npm has installed for this platform, with the same arguments, signals and exit
// code.
"use strict";

const { spawn } = require("node:child_process");

const platform = `${process.platform}-${process.arch}`;

function program() {
  try {
    return require.resolve(`@feedmill/${platform}/feedmill`);
  } catch {
    console.error(`feedmill: npm has not installed @feedmill/${platform}: either npm omitted optional packages, or there is none for this platform`);
    process.exit(2);
  }
}

const child = spawn(program(), process.argv.slice(2), { stdio: "inherit" });
child.on("error", (error) => {
  console.error(`feedmill: ${error.message}`);
  process.exitCode = 2;
});
// A terminal sends SIGINT and SIGHUP to both processes, and a second signal would end the program before
// it has cleaned up.
for (const signal of ["SIGINT", "SIGHUP"]) process.on(signal, () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("exit", (code, signal) => {
  if (signal === null) {
    process.exitCode = code;
  } else {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  }
});
