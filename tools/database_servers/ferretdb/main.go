// Command ferretdb serves MongoDB's protocol on 127.0.0.1 over SQLite files, for tests, until standard input
// ends, as it does with the process that started this.
//
//	ferretdb PORT FOLDER
//
// It prints the port once the server listens; 0 picks a free one.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: ferretdb PORT FOLDER")
		os.Exit(2)
	}
	if err := serve(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve starts FerretDB on a socket in the folder, and the turnstile in front of it.
func serve(port, folder string) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	socket := filepath.Join(folder, "ferretdb.sock")
	if err := os.Remove(socket); err != nil && !os.IsNotExist(err) {
		return err // of a server that was killed
	}
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{Unix: socket},
		Handler:   "sqlite",
		SQLiteURL: "file:" + folder + "/",
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return err
	}
	go (&turnstile{socket: socket}).accept(listener)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	return server.Run(ctx)
}
