//go:build race

package render

// raceDetector says that this test was built with it: it takes several times the memory.
const raceDetector = true
