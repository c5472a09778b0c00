//go:build race

package accept

// raceDetector: sync.Pool forgets at random under the race detector.
const raceDetector = true
