package bot

// Keyboard is the rows of buttons under a message.
type Keyboard [][]Button

// Button is one button: exactly one of the actions is set. The library's own button type is not used because it
// sends an empty copy_text with every button.
type Button struct {
	Text   string `json:"text"`
	Data   string `json:"callback_data,omitempty"` // comes back as a callback, 64 bytes at most
	URL    string `json:"url,omitempty"`
	Copy   *Copy  `json:"copy_text,omitempty"`
	Inline string `json:"switch_inline_query,omitempty"` // opens the choice of a chat, to write this there
	Style  string `json:"style,omitempty"`               // "primary", "success" or "danger"
}

// Copy is what a button puts into the clipboard, 256 characters at most.
type Copy struct {
	Text string `json:"text"`
}

// markup is the keyboard as the API wants it; nil takes none along.
func (k Keyboard) markup() any {
	if len(k) == 0 {
		return nil
	}
	return struct {
		Rows Keyboard `json:"inline_keyboard"`
	}{k}
}
