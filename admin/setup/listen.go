package setup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
)

// Listen opens the port, or says why it cannot.
func (h HTTP) Listen(ctx context.Context) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", h.Address())
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("port %d is taken by another program. Stop that program, or set PORT to another number", h.Port)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("this user may not listen on port %d. Set PORT to a number above 1023", h.Port)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, fmt.Errorf("HOST=%s is not an address of this machine. Leave HOST empty, or set it to one that is", h.Host)
	}
	return nil, fmt.Errorf("cannot listen on %s: %w", h.Address(), err)
}

// Announce tells the person at the terminal where to go, and once the password that was made.
func (h HTTP) Announce(stdout io.Writer, release string, address net.Addr, password string) {
	where := address.String()
	if tcp, ok := address.(*net.TCPAddr); ok && (tcp.IP.IsLoopback() || tcp.IP.IsUnspecified()) {
		where = fmt.Sprintf("localhost:%d", tcp.Port)
	}
	where = "http://" + where
	if h.PublicURL != nil {
		where = h.PublicURL.String()
	}
	fmt.Fprintf(stdout, "PromoStack %s is ready: %s\n", release, where)
	panel := where + "/admin"
	if h.AdminURL != nil {
		panel = h.AdminURL.String()
	}
	if password != "" {
		fmt.Fprintf(stdout, "The admin panel is at %s, its password is %s (shown only now; promostack password sets another one)\n", panel, password)
	}
}
