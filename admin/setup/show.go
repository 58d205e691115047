package setup

import (
	_ "embed"
	"strings"
)

// Shown is a setting as the panel shows it.
type Shown struct {
	Name    string `json:"name"`
	Value   string `json:"value"` // "" for secrets
	Set     bool   `json:"set"`
	Secret  bool   `json:"secret"`
	Default string `json:"default"`
	Meaning string `json:"meaning"`
	From    Origin `json:"from"`
}

// Show is every setting with its value; of a secret only whether there is one.
func (c Config) Show() []Shown {
	out := []Shown{}
	for _, s := range Table() {
		row := Shown{Name: s.Name, Set: c.Where(s.Name) != FromDefault, Secret: s.Secret, Default: s.DefaultText(), Meaning: s.Meaning, From: c.Where(s.Name)}
		if row.Set && !s.Secret {
			row.Value = c.texts[s.Name]
		}
		out = append(out, row)
	}
	return out
}

// StorageWords says where files are kept.
func (c Config) StorageWords() string {
	if c.Spaces.Bucket != "" {
		return "bucket " + c.Spaces.Bucket + " at " + c.Spaces.Endpoint
	}
	return "files in " + c.DataDir
}

//go:embed zones.txt
var zones string

// Zones are the names of time zones, for suggestions; any other IANA name works as well.
func Zones() []string { return strings.Fields(zones) }
