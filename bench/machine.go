package bench

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// Machine is what the figures were measured on.
type Machine struct {
	CPU       string  `json:"cpu"`
	Cores     int     `json:"cores"`
	MemoryGiB float64 `json:"memory_gib"`
	OS        string  `json:"os"`
	Arch      string  `json:"arch"`
	Go        string  `json:"go"`
}

func machine() Machine {
	kib, _ := strconv.ParseFloat(strings.TrimSuffix(procField("/proc/meminfo", "MemTotal"), " kB"), 64)
	cpu := procField("/proc/cpuinfo", "model name")
	if cpu == "" {
		cpu = "unknown processor"
	}
	return Machine{CPU: cpu, Cores: runtime.GOMAXPROCS(0), MemoryGiB: kib / (1 << 20), OS: runtime.GOOS, Arch: runtime.GOARCH, Go: runtime.Version()}
}

// procField reads a field of a file of Linux; elsewhere it is empty.
func procField(file, name string) string {
	b, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(b)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// fileSystem is the kind of file system a folder lies on, empty where that is not known.
func fileSystem(dir string) string {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	b, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		return ""
	}
	longest, kind := "", ""
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line) // device, folder, kind, …
		if len(f) < 3 || len(f[1]) < len(longest) {
			continue
		}
		if within := strings.TrimSuffix(f[1], "/") + "/"; strings.HasPrefix(dir+"/", within) {
			longest, kind = f[1], f[2]
		}
	}
	return kind
}

// inMemory reports whether a folder forgets all when the machine stops.
func inMemory(dir string) bool {
	switch fileSystem(dir) {
	case "tmpfs", "ramfs":
		return true
	}
	return false
}
