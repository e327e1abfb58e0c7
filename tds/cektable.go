package tds

// maxEncryptionKeys bounds CekTable. A key encrypts columns of one result set, so
// there are never more keys than columns.
const maxEncryptionKeys = maxColumns

// readEncryptionKey reads one EK_INFO (MS-TDS 2.2.5.7).
func readEncryptionKey(e elements) (k EncryptionKey, ok bool) {
	n := 0
	ok = e.element(func(c *cursor) {
		k = EncryptionKey{
			DatabaseID:      c.u32(),
			ID:              c.u32(),
			Version:         c.u32(),
			MetadataVersion: c.u64(),
		}
		n = int(c.u8())
	})
	for i := 0; i < n && ok; i++ {
		var v EncryptionKeyValue
		ok = e.element(func(c *cursor) {
			v.EncryptedKey = append([]byte{}, c.usVarByte()...)
			v.KeyStoreName = c.bVarChar()
			v.KeyPath = c.usVarChar()
			v.AsymmetricAlgorithm = c.bVarChar()
		})
		k.Values = append(k.Values, v)
	}
	return k, ok
}

// append appends the EK_INFO.
func (k *EncryptionKey) append(dst []byte) ([]byte, error) {
	if len(k.Values) > 255 {
		return dst, &EncodeError{Name: "EK_INFO", Problem: "more than 255 values of a key"}
	}
	dst = appendU32(dst, k.DatabaseID)
	dst = appendU32(dst, k.ID)
	dst = appendU32(dst, k.Version)
	dst = appendU64(dst, k.MetadataVersion)
	dst = append(dst, byte(len(k.Values)))
	for i := range k.Values {
		v := &k.Values[i]
		err := firstError(
			checkBytes("EK_INFO", "EncryptedKey", len(v.EncryptedKey), ushortMax),
			checkUnits("EK_INFO", "KeyStoreName", v.KeyStoreName, 255),
			checkUnits("EK_INFO", "KeyPath", v.KeyPath, ushortMax),
			checkUnits("EK_INFO", "AsymmetricAlgo", v.AsymmetricAlgorithm, 255))
		if err != nil {
			return dst, err
		}
		dst = append(appendU16(dst, uint16(len(v.EncryptedKey))), v.EncryptedKey...)
		dst = appendBVarChar(dst, v.KeyStoreName)
		dst = appendUSVarChar(dst, v.KeyPath)
		dst = appendBVarChar(dst, v.AsymmetricAlgorithm)
	}
	return dst, nil
}

// crypto reads CryptoMetaData; that of RETURNVALUE has no Ordinal.
func (c *cursor) crypto(f *TokenFormat, ordinal bool) *CryptoMetadata {
	m := &CryptoMetadata{}
	if ordinal {
		m.Ordinal = c.u16()
	}
	m.UserType = c.userType(f)
	m.BaseType = c.typeInfo(FormColumn)
	m.Algorithm = c.u8()
	if m.Algorithm == 0 {
		m.AlgorithmName = c.bVarChar()
	}
	m.Type = c.u8()
	m.NormVersion = c.u8()
	return m
}

// append appends CryptoMetaData.
func (m *CryptoMetadata) append(dst []byte, f *TokenFormat, ordinal bool) ([]byte, error) {
	if m == nil {
		return dst, &EncodeError{Name: "CryptoMetaData", Problem: "is missing for an encrypted value"}
	}
	if ordinal {
		dst = appendU16(dst, m.Ordinal)
	}
	dst, err := appendUserType(dst, m.UserType, f)
	if err != nil {
		return dst, err
	}
	if dst, err = appendTypeInfo(dst, &m.BaseType, f); err != nil {
		return dst, err
	}
	dst = append(dst, m.Algorithm)
	if m.Algorithm == 0 {
		if err := checkUnits("CryptoMetaData", "AlgoName", m.AlgorithmName, 255); err != nil {
			return dst, err
		}
		dst = appendBVarChar(dst, m.AlgorithmName)
	}
	return append(dst, m.Type, m.NormVersion), nil
}
