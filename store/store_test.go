package store_test

import (
	"testing"

	"promostack/store"
	"promostack/store/storetest"
)

func TestOpenOnAnEmptyFolderAnswers(t *testing.T) {
	s := storetest.Open(t)
	if err := s.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	v, err := s.SettingOnce(t.Context(), "secret", store.NewSecret)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.SettingOnce(t.Context(), "secret", store.NewSecret)
	if err != nil || again != v {
		t.Fatalf("second time %q, want %q (%v)", again, v, err)
	}
}
