package tds

// FeatureExtAck is the FEATUREEXTACK token, MS-TDS 2.2.7.11: the feature extensions
// that the server takes up, in its order, with their raw data.
type FeatureExtAck struct {
	Features []Feature
}

func (*FeatureExtAck) token() {}

// Decode reads the token's body: all features and the terminator, which must be its
// last byte. The data are copied.
func (f *FeatureExtAck) Decode(body []byte) error {
	features, n, err := parseFeatures("FEATUREEXTACK", clone(body))
	if err == nil && n != len(body) {
		err = &DecodeError{Name: "FEATUREEXTACK", Offset: n, Problem: "bytes after the end"}
	}
	f.Features = features
	return err
}

// Append appends the whole token.
func (f *FeatureExtAck) Append(dst []byte) []byte {
	return appendFeatures(append(dst, byte(TokenFeatureExtAck)), f.Features)
}

// Feature returns the data that acknowledge a feature and whether it is there.
func (f *FeatureExtAck) Feature(id FeatureID) ([]byte, bool) { return findFeature(f.Features, id) }

// SetFeature replaces the data of a feature or adds it at the end.
func (f *FeatureExtAck) SetFeature(id FeatureID, data []byte) { setFeature(&f.Features, id, data) }

// RemoveFeature takes a feature out.
func (f *FeatureExtAck) RemoveFeature(id FeatureID) { removeFeature(&f.Features, id) }

// ColumnEncryption returns the version of COLUMNENCRYPTION acknowledged, 0 if none
// was, and the enclave type, "" if there is none.
func (f *FeatureExtAck) ColumnEncryption() (version uint8, enclave string) {
	data, _ := f.Feature(FeatureColumnEncryption)
	if len(data) == 0 {
		return 0, ""
	}
	c := newCursor("COLUMNENCRYPTION", data[1:])
	enclave = c.bVarChar()
	if !c.ok() {
		enclave = ""
	}
	return data[0], enclave
}

// DataClassification returns the version of DATACLASSIFICATION acknowledged, 0 if
// none was or it is switched off.
func (f *FeatureExtAck) DataClassification() uint8 {
	if data, _ := f.Feature(FeatureDataClassification); len(data) >= 2 && data[1] == 1 {
		return data[0]
	}
	return 0
}

// Flag returns the first bit of the data of the features whose acknowledgement is
// one byte (GLOBALTRANSACTIONS, AZURESQLSUPPORT, UTF8_SUPPORT, AZURESQLDNSCACHING,
// ENHANCEDROUTINGSUPPORT) or a version (JSONSUPPORT, VECTORSUPPORT: 1).
func (f *FeatureExtAck) Flag(id FeatureID) bool {
	data, _ := f.Feature(id)
	return len(data) >= 1 && data[0]&1 != 0
}
