package store

import "regexp"

var (
	slugPattern     = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$`)
	importedPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)
)

// CheckSlug says whether slug may name a new template; it answers Invalid with a sentence.
func CheckSlug(slug string) error {
	if !slugPattern.MatchString(slug) {
		return Invalid{"slug", "Use 1 to 64 small letters, digits and dashes, with a letter or digit at both ends."}
	}
	return checkReserved(slug)
}

// CheckImportedSlug is CheckSlug for names that the previous product made: they may end in a dash.
func CheckImportedSlug(slug string) error {
	if !importedPattern.MatchString(slug) {
		return Invalid{"slug", "Use 1 to 64 small letters, digits and dashes, with a letter or digit in front."}
	}
	return checkReserved(slug)
}

// checkReserved keeps names free that routes, exported files and bot commands use.
func checkReserved(slug string) error {
	switch slug {
	case "index", "new", "api", "admin", "assets", "media", "templates", "campaign", "campaigns", "proof",
		"start", "help", "cancel", "generate", "settings", "stop":
		return Invalid{"slug", "This name is reserved. Choose another one."}
	}
	return nil
}
