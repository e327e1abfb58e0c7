package tds

// FeatureID names a feature extension, in LOGIN7 (MS-TDS 2.2.6.4) and
// FEATUREEXTACK (2.2.7.11).
type FeatureID byte

// The feature extensions of MS-TDS. FeatureUserAgent is not in it, but drivers
// send it since 2025.
const (
	FeatureSessionRecovery        FeatureID = 0x01
	FeatureFedAuth                FeatureID = 0x02
	FeatureColumnEncryption       FeatureID = 0x04
	FeatureGlobalTransactions     FeatureID = 0x05
	FeatureAzureSQLSupport        FeatureID = 0x08
	FeatureDataClassification     FeatureID = 0x09
	FeatureUTF8Support            FeatureID = 0x0A
	FeatureAzureSQLDNSCaching     FeatureID = 0x0B
	FeatureJSONSupport            FeatureID = 0x0D
	FeatureVectorSupport          FeatureID = 0x0E
	FeatureEnhancedRoutingSupport FeatureID = 0x0F
	FeatureUserAgent              FeatureID = 0x10

	featureTerminator FeatureID = 0xFF
)

// Documented reports that MS-TDS describes the feature.
func (id FeatureID) Documented() bool {
	switch id {
	case FeatureSessionRecovery, FeatureFedAuth, FeatureColumnEncryption,
		FeatureGlobalTransactions, FeatureAzureSQLSupport, FeatureDataClassification,
		FeatureUTF8Support, FeatureAzureSQLDNSCaching, FeatureJSONSupport,
		FeatureVectorSupport, FeatureEnhancedRoutingSupport:
		return true
	}
	return false
}

// String returns the feature's name in MS-TDS.
func (id FeatureID) String() string {
	switch id {
	case FeatureSessionRecovery:
		return "SESSIONRECOVERY"
	case FeatureFedAuth:
		return "FEDAUTH"
	case FeatureColumnEncryption:
		return "COLUMNENCRYPTION"
	case FeatureGlobalTransactions:
		return "GLOBALTRANSACTIONS"
	case FeatureAzureSQLSupport:
		return "AZURESQLSUPPORT"
	case FeatureDataClassification:
		return "DATACLASSIFICATION"
	case FeatureUTF8Support:
		return "UTF8_SUPPORT"
	case FeatureAzureSQLDNSCaching:
		return "AZURESQLDNSCACHING"
	case FeatureJSONSupport:
		return "JSONSUPPORT"
	case FeatureVectorSupport:
		return "VECTORSUPPORT"
	case FeatureEnhancedRoutingSupport:
		return "ENHANCEDROUTINGSUPPORT"
	case FeatureUserAgent:
		return "USERAGENT"
	}
	return "feature 0x" + hexByte(byte(id))
}

// Feature is one feature extension, or its acknowledgement, as raw data.
type Feature struct {
	ID   FeatureID
	Data []byte
}

// parseFeatures reads features up to the terminator and returns how many bytes
// they took with it. The data point into src.
func parseFeatures(name string, src []byte) ([]Feature, int, error) {
	c := newCursor(name, src)
	features := []Feature{}
	for c.ok() {
		at := c.off
		id := FeatureID(c.u8())
		if id == featureTerminator || !c.ok() {
			break
		}
		data := c.lVarByte()
		if _, twice := findFeature(features, id); twice && c.ok() {
			c.failAt(at, id.String()+" stands twice")
		}
		features = append(features, Feature{ID: id, Data: data})
	}
	if err := c.result(); err != nil {
		return nil, c.off, err
	}
	return features, c.off, nil
}

// appendFeatures appends features and the terminator.
func appendFeatures(dst []byte, features []Feature) []byte {
	for _, f := range features {
		dst = appendU32(append(dst, byte(f.ID)), uint32(len(f.Data)))
		dst = append(dst, f.Data...)
	}
	return append(dst, byte(featureTerminator))
}

func findFeature(features []Feature, id FeatureID) ([]byte, bool) {
	for _, f := range features {
		if f.ID == id {
			return f.Data, true
		}
	}
	return nil, false
}

func setFeature(features *[]Feature, id FeatureID, data []byte) {
	for i := range *features {
		if (*features)[i].ID == id {
			(*features)[i].Data = data
			return
		}
	}
	*features = append(*features, Feature{ID: id, Data: data})
}

func removeFeature(features *[]Feature, id FeatureID) {
	for i, f := range *features {
		if f.ID == id {
			*features = append((*features)[:i], (*features)[i+1:]...)
			return
		}
	}
}
