package setup

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"promostack/store"

	"golang.org/x/term"
)

// AskPassword asks twice at a terminal, with its questions on stderr; otherwise the password is the first line of in.
func AskPassword(in io.Reader, stderr io.Writer) (string, error) {
	file, ok := in.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		line, err := bufio.NewReader(io.LimitReader(in, 4096)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("the password cannot be read: %w", err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	var typed [2]string
	for i, question := range []string{"New admin password: ", "Once more: "} {
		fmt.Fprint(stderr, question)
		text, err := term.ReadPassword(int(file.Fd()))
		fmt.Fprintln(stderr)
		if err != nil {
			return "", fmt.Errorf("the password cannot be read: %w", err)
		}
		typed[i] = string(text)
	}
	if typed[0] != typed[1] {
		return "", errors.New("the two passwords differ. Nothing was changed")
	}
	return typed[0], nil
}

// KeepPassword opens the store and keeps another password; the server may run meanwhile.
func KeepPassword(ctx context.Context, config Config, text string) (err error) {
	if err := CheckNewPassword(text); err != nil {
		return err
	}
	st, err := store.Open(ctx, store.Options{Dir: config.DataDir, DatabaseURL: config.Database.URL, Log: quiet()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	return SetPassword(ctx, st, text)
}
