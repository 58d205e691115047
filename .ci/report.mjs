// Reads what `go test -json` wrote and prints: what failed to build, the output of failing tests, every skipped test
// with its reason, and last go test's own line for each package. Usage: node report.mjs FILE
import { readFileSync } from "node:fs"

const output = new Map() // "package test" -> its lines
const failed = [], skipped = [], packages = [], build = []
let passed = 0

for (const line of readFileSync(process.argv[2], "utf8").split("\n")) {
	if (!line.startsWith("{")) {
		if (line.trim()) build.push(line + "\n")
		continue
	}
	const e = JSON.parse(line)
	const key = `${e.Package} ${e.Test ?? ""}`
	if (e.Action === "build-output") build.push(e.Output)
	if (e.Action === "output") output.set(key, (output.get(key) ?? []).concat(e.Output))
	if (!["pass", "fail", "skip"].includes(e.Action)) continue
	if (e.Test) {
		if (e.Action === "pass") passed++
		if (e.Action === "fail") failed.push(key)
		if (e.Action === "skip") skipped.push(key)
		continue
	}
	packages.push(key)
}

const said = key => (output.get(key) ?? []).filter(l => !/^\s*=== (RUN|PAUSE|CONT|NAME)/.test(l))
if (build.length) process.stdout.write("\n" + build.join(""))
for (const key of failed) process.stdout.write(`\n--- FAIL: ${key.trim()}\n` + said(key).join(""))

console.log(`\n${skipped.length} skipped:`)
for (const key of skipped) {
	const reason = said(key).filter(l => !/^\s*--- SKIP/.test(l)).map(l => l.trim().replace(/^\S+\.go:\d+: /, "")).join(" ")
	console.log(`--- SKIP: ${key.trim()}: ${reason}`)
}
console.log(`${passed} passed, ${failed.length} failed\n`)
// A package's own lines: its summary, and what a crash or a failing TestMain left behind.
for (const key of packages) {
	const lines = said(key).filter(l => l.trim() && !/^(PASS|FAIL)\s*$/.test(l) && !l.includes("[no test files]"))
	process.stdout.write(lines.join(""))
}
