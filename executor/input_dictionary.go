package executor

import (
	"bytes"
	"hash/maphash"
)

const (
	// maxWords is one less than codes have values: the last is NULL.
	maxWords = 0xFFFF
	// maxWordSize is the longest raw value that is worth hashing.
	maxWordSize = 256
	// maxWordBytes bounds the memory of a dictionary.
	maxWordBytes = 4 << 20
)

// dictionary finds equal raw values, by open addressing: no allocation and one
// comparison for a value that is there already.
type dictionary struct {
	seed  maphash.Seed
	slots []uint32 // upper half of a hash, and code+1 in the lower 16 bits; 0 is free
	keys  spans    // raw values
	texts spans
}

// spans are byte strings one after the other.
type spans struct {
	data []byte
	ends []int
}

func (s *spans) at(i int) []byte {
	start := 0
	if i > 0 {
		start = s.ends[i-1]
	}
	return s.data[start:s.ends[i]]
}

func newDictionary() *dictionary {
	return &dictionary{seed: maphash.MakeSeed(), slots: make([]uint32, 256)}
}

// len is the number of entries.
func (d *dictionary) len() int { return len(d.keys.ends) }

// text is the text of an entry.
func (d *dictionary) text(code int) []byte { return d.texts.at(code) }

// code returns the code of a raw value. For a new entry fresh is its text, not nil.
// ok is false if the value can't become an entry: the dictionary is full, the value
// too long, or its text contains a NUL.
func (d *dictionary) code(raw []byte, convert func(dst, raw []byte) ([]byte, error)) (code int, fresh []byte, ok bool, err error) {
	if len(raw) > maxWordSize {
		return 0, nil, false, nil
	}
	hash := maphash.Bytes(d.seed, raw)
	tag := uint32(hash>>32) &^ 0xFFFF
	mask := uint64(len(d.slots) - 1)
	at := hash & mask
	for ; ; at = (at + 1) & mask {
		slot := d.slots[at]
		if slot == 0 {
			break
		}
		if slot&^0xFFFF == tag {
			code := int(slot&0xFFFF) - 1
			if bytes.Equal(d.keys.at(code), raw) {
				return code, nil, true, nil
			}
		}
	}
	if d.len() == maxWords || len(d.keys.data)+len(d.texts.data) > maxWordBytes {
		return 0, nil, false, nil
	}
	start := len(d.texts.data)
	texts, err := convert(d.texts.data, raw)
	if err != nil {
		return 0, nil, false, err
	}
	fresh = texts[start:]
	if bytes.IndexByte(fresh, 0) >= 0 {
		return 0, nil, false, nil
	}
	if fresh == nil {
		fresh = []byte{}
	}
	d.texts.data = texts
	d.texts.ends = append(d.texts.ends, len(texts))
	d.keys.data = append(d.keys.data, raw...)
	d.keys.ends = append(d.keys.ends, len(d.keys.data))
	code = d.len() - 1
	d.slots[at] = tag | uint32(code+1)
	if 2*d.len() > len(d.slots) {
		d.grow()
	}
	return code, fresh, true, nil
}

func (d *dictionary) grow() {
	slots := make([]uint32, 4*len(d.slots))
	mask := uint64(len(slots) - 1)
	for code := range d.len() {
		hash := maphash.Bytes(d.seed, d.keys.at(code))
		at := hash & mask
		for slots[at] != 0 {
			at = (at + 1) & mask
		}
		slots[at] = uint32(hash>>32)&^0xFFFF | uint32(code+1)
	}
	d.slots = slots
}
