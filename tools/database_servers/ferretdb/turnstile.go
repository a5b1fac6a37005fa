package main

import (
	"encoding/binary"
	"errors"
	"io"
	"log"
	"net"
	"sync"
)

const (
	headerLength  = 16       // of a message: its length, its number, that of its request, its kind
	longest       = 48 << 20 // bytes of a message, as MongoDB has it
	operation     = 2013     // the kind OP_MSG, whose flags follow the header
	flagsLength   = 4
	noReplyWanted = 1 << 1 // a flag of OP_MSG
)

var errLength = errors.New("a message of an impossible length")

// A turnstile lets one command at a time through to the server.
//
// FerretDB 1 updates a document by reading it, changing it and writing it back, each on its own: of two updates
// at the same time one is lost, and both may find that their condition holds. MongoDB updates a document in one
// step. So does FerretDB while nothing else runs.
type turnstile struct {
	socket string // of the server
	turn   sync.Mutex
}

// accept serves each connection until the listener is closed.
func (t *turnstile) accept(listener net.Listener) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			if err := t.pass(client); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, net.ErrClosed) {
				log.Print(err)
			}
		}()
	}
}

// pass carries the commands of one connection and their replies until either side ends it.
func (t *turnstile) pass(client net.Conn) error {
	defer client.Close()
	server, err := net.Dial("unix", t.socket)
	if err != nil {
		return err
	}
	defer server.Close()
	for {
		command, err := message(client)
		if err != nil {
			return err
		}
		reply, err := t.done(server, command)
		if err != nil {
			return err
		}
		if _, err := client.Write(reply); err != nil {
			return err
		}
	}
}

// done has the server carry out a command; the reply is empty if none is wanted.
func (t *turnstile) done(server net.Conn, command []byte) ([]byte, error) {
	t.turn.Lock()
	defer t.turn.Unlock()
	if _, err := server.Write(command); err != nil {
		return nil, err
	}
	if !wantsReply(command) {
		return nil, nil
	}
	return message(server)
}

// message reads one message.
func message(from io.Reader) ([]byte, error) {
	header := make([]byte, headerLength)
	if _, err := io.ReadFull(from, header); err != nil {
		return nil, err
	}
	length := binary.LittleEndian.Uint32(header)
	if length < headerLength || length > longest {
		return nil, errLength
	}
	whole := make([]byte, length)
	copy(whole, header)
	_, err := io.ReadFull(from, whole[headerLength:])
	return whole, err
}

// wantsReply tells whether the server answers a message.
func wantsReply(command []byte) bool {
	if binary.LittleEndian.Uint32(command[12:]) != operation || len(command) < headerLength+flagsLength {
		return true
	}
	return binary.LittleEndian.Uint32(command[headerLength:])&noReplyWanted == 0
}
