//go:build !race

package accept

const raceDetector = false
