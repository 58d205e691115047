package store

import "errors"

// ErrNotFound says that there is no such thing, or none that this workspace may see.
var ErrNotFound = errors.New("not found")

// ErrConflict says that the thing was changed by somebody else since it was read.
var ErrConflict = errors.New("changed by somebody else")

// ErrBusy says that the database could not take the write in time; the same call may go through later.
var ErrBusy = errors.New("database is busy")

// Invalid is a mistake in what a person sent. Sentence is shown to that person as it stands.
type Invalid struct {
	Field    string // name of the field in the request, "" when it is about the whole of it
	Sentence string // a sentence a person can act on
}

// Error is the sentence.
func (e Invalid) Error() string { return e.Sentence }

// ErrFull says that the disk of the database has no room for the write.
var ErrFull = errors.New("no room on the disk")
