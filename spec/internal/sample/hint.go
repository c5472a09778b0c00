package sample

import "strings"

// hint is what a property's name says of its values. It never decides what is
// allowed, only which of the allowed values to prefer.
type hint uint8

const (
	hintNone hint = iota

	// A person; those of an object are one.
	hintFirstName
	hintLastName
	hintFullName
	hintName // of whatever the object is
	hintUsername
	hintEmail
	hintPhone
	hintDialCode
	hintGender
	hintJob
	hintHonorific
	hintBirth

	// A place; those of an object are one.
	hintStreet
	hintLine2
	hintLandmark
	hintAddress
	hintCity
	hintState
	hintPostal
	hintCountry
	hintCountryCode
	hintTimeZone
	hintLatitude
	hintLongitude
	hintLocale
	hintLanguage
	hintCurrency

	// A history; its moments come in order.
	hintCreated
	hintUpdated
	hintStarted
	hintEnded
	hintExpires
	hintDeleted // null, as a rule
	hintMoment

	// The rest stand for themselves.
	hintPassword
	hintImage
	hintURL
	hintHost
	hintIP
	hintMAC
	hintUserAgent
	hintPath
	hintFile
	hintMime
	hintPort
	hintID
	hintSlug
	hintToken
	hintHash
	hintOTP
	hintSKU
	hintBarcode
	hintISBN
	hintReference
	hintVersion
	hintTitle
	hintText
	hintMessage
	hintTag
	hintStatus
	hintKind
	hintCategory
	hintColour
	hintProduct
	hintCompany
	hintBranch
	hintKey
	hintReason
	hintFault // null, as a rule
	hintCardNumber
	hintLast4
	hintCardBrand
	hintIBAN
	hintBank
	hintPrice
	hintCount
	hintAge
	hintPercent
	hintRating
	hintYear
	hintMonth
	hintBytes
	hintSeconds
	hintPixels
	hintWeight
	hintHTTPStatus
	hintPage
	hintPageSize
	hintIndex
	hintYes
	hintNo
	hintTrue
	hintMap
)

// strong reports whether what the name says beats the document's own example:
// where many instances should differ and agree with their neighbours.
func (h hint) strong() bool {
	switch h {
	case hintFirstName, hintLastName, hintFullName, hintUsername, hintEmail, hintBirth, hintStreet, hintLine2, hintLandmark,
		hintAddress, hintCity, hintPostal, hintLatitude, hintLongitude, hintTrue,
		hintCreated, hintUpdated, hintStarted, hintEnded, hintExpires, hintDeleted, hintMoment:
		return true
	}
	return false
}

// absent reports whether null is the usual value: nothing was deleted, nothing
// failed.
func (h hint) absent() bool { return h == hintDeleted || h == hintFault }

// exactHints are whole names, in lower case and without separators.
var exactHints = map[string]hint{
	"firstname": hintFirstName, "givenname": hintFirstName, "fname": hintFirstName, "forename": hintFirstName, "middlename": hintFirstName,
	"lastname": hintLastName, "surname": hintLastName, "familyname": hintLastName, "lname": hintLastName,
	"name": hintName, "fullname": hintFullName, "displayname": hintName, "realname": hintFullName, "cardholdername": hintFullName,
	"accountholdername": hintFullName, "contactname": hintFullName, "customername": hintFullName, "authorname": hintFullName,
	"recipient": hintFullName, "author": hintFullName, "createdby": hintFullName, "updatedby": hintFullName, "contact": hintFullName, "assignee": hintUsername,
	"username": hintUsername, "login": hintUsername, "handle": hintUsername, "screenname": hintUsername, "nickname": hintUsername, "userlogin": hintUsername,
	"email": hintEmail, "mail": hintEmail, "phone": hintPhone, "mobile": hintPhone, "telephone": hintPhone, "tel": hintPhone, "fax": hintPhone,
	"msisdn": hintPhone, "dialcode": hintDialCode, "callingcode": hintDialCode, "phonecountrycode": hintDialCode,
	"gender": hintGender, "sex": hintGender, "jobtitle": hintJob, "occupation": hintJob, "profession": hintJob, "position": hintIndex, "salutation": hintHonorific,
	"dob": hintBirth, "dateofbirth": hintBirth, "birthdate": hintBirth, "birthday": hintBirth,

	"street": hintStreet, "streetaddress": hintStreet, "line1": hintStreet, "addressline1": hintStreet, "address1": hintStreet, "streetname": hintStreet,
	"addressline": hintStreet, "line2": hintLine2, "addressline2": hintLine2, "address2": hintLine2, "landmark": hintLandmark, "address": hintAddress,
	"city": hintCity, "town": hintCity, "locality": hintCity, "addresscity": hintCity, "state": hintState, "province": hintState, "region": hintState, "addressstate": hintState,
	"zip": hintPostal, "zipcode": hintPostal, "postcode": hintPostal, "postalcode": hintPostal, "pincode": hintPostal, "addresszip": hintPostal, "addresspostcode": hintPostal,
	"country": hintCountry, "countryname": hintCountry, "addresscountry": hintCountry, "nationality": hintCountry, "countrycode": hintCountryCode, "countryiso": hintCountryCode,
	"timezone": hintTimeZone, "tz": hintTimeZone, "lat": hintLatitude, "latitude": hintLatitude, "lng": hintLongitude, "lon": hintLongitude, "long": hintLongitude, "longitude": hintLongitude,
	"locale": hintLocale, "language": hintLanguage, "lang": hintLanguage, "languagecode": hintLanguage, "currency": hintCurrency, "currencycode": hintCurrency, "location": hintCity,

	"created": hintCreated, "updated": hintUpdated, "modified": hintUpdated, "timestamp": hintUpdated, "date": hintMoment, "datetime": hintMoment, "time": hintMoment,
	"lastmodified": hintUpdated, "lastlogin": hintUpdated, "lastseen": hintUpdated, "expires": hintExpires, "expiry": hintExpires, "exp": hintExpires, "iat": hintCreated, "nbf": hintCreated,
	"start": hintStarted, "end": hintEnded, "deadline": hintExpires, "due": hintExpires, "lastupdate": hintUpdated, "since": hintStarted, "until": hintEnded,
	"starttime": hintStarted, "endtime": hintEnded, "startdate": hintStarted, "enddate": hintEnded, "duedate": hintExpires, "expirydate": hintExpires, "expirationdate": hintExpires,
	"departuretime": hintStarted, "arrivaltime": hintEnded, "periodstart": hintStarted, "periodend": hintEnded, "checkin": hintStarted, "checkout": hintEnded,

	"password": hintPassword, "passphrase": hintPassword, "avatar": hintImage, "photo": hintImage, "image": hintImage, "picture": hintImage, "thumbnail": hintImage,
	"logo": hintImage, "icon": hintImage, "cover": hintImage, "website": hintURL, "homepage": hintURL, "url": hintURL, "uri": hintURL, "href": hintURL, "link": hintURL, "blog": hintURL,
	"webhook": hintURL, "callback": hintURL, "endpoint": hintURL, "host": hintHost, "hostname": hintHost, "domain": hintHost, "fqdn": hintHost, "domainname": hintHost, "ip": hintIP, "ipaddress": hintIP,
	"remoteaddr": hintIP, "mac": hintMAC, "macaddress": hintMAC, "useragent": hintUserAgent, "path": hintPath, "filepath": hintPath, "directory": hintPath, "filename": hintFile, "file": hintFile,
	"mime": hintMime, "mimetype": hintMime, "contenttype": hintMime, "mediatype": hintMime, "port": hintPort,

	"id": hintID, "uid": hintID, "uuid": hintID, "guid": hintID, "ulid": hintID, "slug": hintSlug, "permalink": hintSlug, "token": hintToken, "secret": hintToken, "apikey": hintToken,
	"signature": hintToken, "nonce": hintToken, "jwt": hintToken, "cursor": hintToken, "sha": hintHash, "hash": hintHash, "checksum": hintHash, "digest": hintHash, "md5": hintHash,
	"sha256": hintHash, "etag": hintHash, "fingerprint": hintHash, "oid": hintHash, "otp": hintOTP, "pin": hintOTP, "sku": hintSKU, "upc": hintBarcode, "ean": hintBarcode, "gtin": hintBarcode,
	"barcode": hintBarcode, "isbn": hintISBN, "reference": hintReference, "ref": hintBranch, "number": hintReference, "code": hintKey, "version": hintVersion, "apiversion": hintVersion,

	"title": hintTitle, "headline": hintTitle, "subject": hintTitle, "caption": hintTitle, "heading": hintTitle, "label": hintTag, "description": hintText, "summary": hintText, "bio": hintText,
	"about": hintText, "body": hintText, "content": hintText, "text": hintText, "comment": hintText, "notes": hintText, "note": hintText, "details": hintText, "detail": hintMessage,
	"instructions": hintText, "message": hintMessage, "error": hintMessage, "excerpt": hintText, "abstract": hintText, "review": hintText, "feedback": hintText,
	"tag": hintTag, "keyword": hintTag, "topic": hintTag, "status": hintStatus, "phase": hintStatus, "type": hintKind, "kind": hintKind, "category": hintCategory, "genre": hintCategory,
	"color": hintColour, "colour": hintColour, "product": hintProduct, "productname": hintProduct, "item": hintProduct, "company": hintCompany, "companyname": hintCompany, "organization": hintCompany,
	"organisation": hintCompany, "businessname": hintCompany, "brand": hintCompany, "vendor": hintCompany, "manufacturer": hintCompany, "publisher": hintCompany, "employer": hintCompany,
	"branch": hintBranch, "defaultbranch": hintBranch, "key": hintKey, "reason": hintReason, "cardnumber": hintCardNumber, "pan": hintCardNumber, "last4": hintLast4, "cardbrand": hintCardBrand,
	"iban": hintIBAN, "bank": hintBank, "bankname": hintBank,

	"price": hintPrice, "amount": hintPrice, "total": hintPrice, "subtotal": hintPrice, "cost": hintPrice, "fee": hintPrice, "tax": hintPrice, "balance": hintPrice, "discount": hintPrice,
	"salary": hintPrice, "revenue": hintPrice, "shipping": hintPrice, "count": hintCount, "quantity": hintCount, "qty": hintCount, "stock": hintCount, "inventory": hintCount, "size": hintBytes,
	"age": hintAge, "percentage": hintPercent, "percent": hintPercent, "progress": hintPercent, "rating": hintRating, "stars": hintRating, "score": hintRating, "year": hintYear, "month": hintMonth,
	"bytes": hintBytes, "filesize": hintBytes, "duration": hintSeconds, "ttl": hintSeconds, "expiresin": hintSeconds, "timeout": hintSeconds, "width": hintPixels, "height": hintPixels,
	"weight": hintWeight, "statuscode": hintHTTPStatus, "httpstatus": hintHTTPStatus, "page": hintPage, "pagenumber": hintPage, "perpage": hintPageSize, "limit": hintPageSize, "pagesize": hintPageSize,
	"offset": hintIndex, "index": hintIndex, "rank": hintIndex, "order": hintIndex, "priority": hintIndex,

	"active": hintYes, "enabled": hintYes, "verified": hintYes, "available": hintYes, "valid": hintYes, "visible": hintYes, "published": hintYes, "success": hintTrue, "ok": hintTrue,
	"deleted": hintNo, "archived": hintNo, "disabled": hintNo, "locked": hintNo, "blocked": hintNo, "banned": hintNo, "suspended": hintNo, "hidden": hintNo, "draft": hintNo, "debug": hintNo,
	"truncated": hintNo, "expired": hintNo, "test": hintNo, "siteadmin": hintNo, "revoked": hintNo, "cancelled": hintNo, "canceled": hintNo, "closed": hintNo,
	"refunded": hintNo, "disputed": hintNo, "delinquent": hintNo, "flagged": hintNo, "spam": hintNo, "failed": hintNo, "paused": hintNo, "muted": hintNo, "soldout": hintNo,
	"hasmore": hintNo, "incompleteresults": hintNo, "livemode": hintNo,
	"customer": hintID, "invoice": hintID, "subscription": hintID, "mandate": hintID, "charge": hintID, "transaction": hintID, "payment": hintID,
	"checkoutsession": hintID, "invoiceitem": hintID, "paymentmethod": hintID, "paymentintent": hintID, "customeraccount": hintID,
	"metadata": hintMap, "labels": hintMap, "attributes": hintMap, "properties": hintMap, "annotations": hintMap, "customfields": hintMap, "extra": hintMap,
}

// lastHints are the last words of longer names.
var lastHints = map[string]hint{
	"email": hintEmail, "phone": hintPhone, "mobile": hintPhone, "url": hintURL, "uri": hintURL, "href": hintURL, "link": hintURL, "id": hintID, "ids": hintID, "uuid": hintID, "guid": hintID,
	"name": hintName, "username": hintUsername, "login": hintUsername, "city": hintCity, "street": hintStreet, "zip": hintPostal, "postcode": hintPostal, "country": hintCountry,
	"currency": hintCurrency, "language": hintLanguage, "locale": hintLocale, "timezone": hintTimeZone, "latitude": hintLatitude, "longitude": hintLongitude, "lat": hintLatitude, "lng": hintLongitude,
	"password": hintPassword, "token": hintToken, "secret": hintToken, "signature": hintToken, "sha": hintHash, "hash": hintHash, "oid": hintHash, "checksum": hintHash, "otp": hintOTP, "sku": hintSKU,
	"ip": hintIP, "host": hintHost, "domain": hintHost, "path": hintPath, "filename": hintFile, "version": hintVersion, "title": hintTitle, "subject": hintTitle, "description": hintText, "summary": hintText,
	"message": hintMessage, "comment": hintText, "text": hintText, "note": hintText, "body": hintText, "tag": hintTag, "status": hintStatus, "type": hintKind, "category": hintCategory,
	"color": hintColour, "colour": hintColour, "company": hintCompany, "branch": hintBranch, "ref": hintBranch, "reason": hintReason, "price": hintPrice, "amount": hintPrice, "total": hintPrice, "cost": hintPrice,
	"fee": hintPrice, "tax": hintPrice, "balance": hintPrice, "count": hintCount, "counts": hintCount, "quantity": hintCount, "age": hintAge, "percentage": hintPercent, "percent": hintPercent, "rate": hintPercent,
	"rating": hintRating, "score": hintRating, "year": hintYear, "month": hintMonth, "bytes": hintBytes, "seconds": hintSeconds, "ms": hintSeconds, "minutes": hintSeconds, "duration": hintSeconds,
	"width": hintPixels, "height": hintPixels, "weight": hintWeight, "page": hintPage, "index": hintIndex, "number": hintReference, "reference": hintReference, "code": hintKey, "key": hintKey,
	"image": hintImage, "avatar": hintImage, "photo": hintImage, "logo": hintImage, "thumbnail": hintImage, "port": hintPort, "last4": hintLast4, "iban": hintIBAN, "agent": hintUserAgent,
	"date": hintMoment, "at": hintMoment, "timestamp": hintMoment, "time": hintMoment, "on": hintMoment, "datetime": hintMoment,
	"enabled": hintYes, "verified": hintYes, "allowed": hintYes, "active": hintYes, "available": hintYes, "disabled": hintNo, "deleted": hintNo, "archived": hintNo, "blocked": hintNo, "admin": hintNo,
}

// momentWords say which moment of a history a name that ends in _at, _on,
// _date or _time means.
var momentWords = map[string]hint{
	"created": hintCreated, "creation": hintCreated, "added": hintCreated, "registered": hintCreated, "joined": hintCreated, "issued": hintCreated, "inserted": hintCreated, "signup": hintCreated, "placed": hintCreated, "ordered": hintCreated,
	"updated": hintUpdated, "modified": hintUpdated, "changed": hintUpdated, "edited": hintUpdated, "pushed": hintUpdated, "seen": hintUpdated, "used": hintUpdated, "synced": hintUpdated, "login": hintUpdated, "last": hintUpdated,
	"started": hintStarted, "start": hintStarted, "starts": hintStarted, "published": hintStarted, "begin": hintStarted, "opened": hintStarted, "scheduled": hintStarted, "from": hintStarted, "departure": hintStarted, "effective": hintStarted,
	"ended": hintEnded, "end": hintEnded, "ends": hintEnded, "finished": hintEnded, "completed": hintEnded, "delivered": hintEnded, "resolved": hintEnded, "to": hintEnded, "arrival": hintEnded,
	"expires": hintExpires, "expiry": hintExpires, "expiration": hintExpires, "expire": hintExpires, "due": hintExpires, "next": hintExpires, "renews": hintExpires, "valid": hintExpires,
	"deleted": hintDeleted, "closed": hintDeleted, "cancelled": hintDeleted, "canceled": hintDeleted, "archived": hintDeleted, "revoked": hintDeleted, "removed": hintDeleted, "suspended": hintDeleted, "dismissed": hintDeleted,
	"birth": hintBirth, "born": hintBirth,
}

// faults are words before code, message or reason that tell what went wrong,
// if anything did.
var faults = map[string]bool{"failure": true, "error": true, "decline": true, "cancellation": true, "rejection": true, "last": true, "refund": true}

// hintOf reads a property's name.
func hintOf(name string) hint {
	words := splitWords(name)
	if len(words) == 0 {
		return hintNone
	}
	if h, ok := exactHints[strings.Join(words, "")]; ok {
		return h
	}
	last := words[len(words)-1]
	h, ok := lastHints[last]
	if len(words) == 1 {
		if !ok {
			return hintNone
		}
		return h
	}
	if c := compound(words, h); c != hintNone {
		return c
	}
	if h == hintName {
		for _, w := range words {
			switch things[w] {
			case thingPerson:
				return hintFullName
			case thingCompany:
				return hintCompany
			case thingProduct:
				return hintProduct
			}
		}
	}
	if ok {
		return h
	}
	switch words[0] {
	case "is", "has", "can", "allow", "enable", "allows":
		if no := exactHints[strings.Join(words[1:], "")]; no == hintNo || no == hintYes {
			return no
		}
		return hintYes
	case "num", "total", "count", "max", "min":
		return hintCount
	}
	return hintNone
}

// compound reads the last two words of a name, whose last word alone means h;
// hintNone where they mean no more than that.
func compound(words []string, h hint) hint {
	last, before := words[len(words)-1], words[len(words)-2]
	switch {
	case h == hintMoment, h == hintSeconds && momentOf(words) != hintMoment:
		return momentOf(words)
	case (last == "code" || last == "message" || last == "reason" || last == "error") && faults[before]:
		return hintFault
	case h == hintURL && before == "avatar" || h == hintURL && before == "image":
		return hintImage
	case last == "code" && before == "country":
		return hintCountryCode
	case last == "code" && (before == "postal" || before == "zip"):
		return hintPostal
	case last == "address" && (words[0] == "email" || before == "email"):
		return hintEmail
	case last == "address" && before == "ip":
		return hintIP
	case last == "number" && before == "phone":
		return hintPhone
	case last == "name" && (words[0] == "first" || before == "first"):
		return hintFirstName
	case last == "name" && before == "last":
		return hintLastName
	case last == "name" && (words[0] == "company" || words[0] == "business" || words[0] == "bank"):
		return hintCompany
	}
	return hintNone
}

func momentOf(words []string) hint {
	for _, w := range words {
		if h, ok := momentWords[w]; ok {
			return h
		}
	}
	return hintMoment
}

// splitWords splits snake_case, kebab-case, dotted and camelCase names into
// lower-case words.
func splitWords(name string) []string {
	var words []string
	start := -1
	flush := func(end int) {
		if start >= 0 && end > start {
			words = append(words, strings.ToLower(name[start:end]))
		}
		start = -1
	}
	for i := 0; i < len(name); i++ {
		c := name[i]
		upper := c >= 'A' && c <= 'Z'
		switch {
		case !upper && (c < 'a' || c > 'z') && (c < '0' || c > '9'):
			flush(i)
		case upper && i > 0 && isLower(name[i-1]), upper && i+1 < len(name) && i > 0 && isLower(name[i+1]) && start >= 0:
			flush(i)
			start = i
		case start < 0:
			start = i
		}
	}
	flush(len(name))
	return words
}

func isLower(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }

// singular is the name of one of many: tags, addresses, categories.
func singular(name string) string {
	switch {
	case strings.HasSuffix(name, "ies") && len(name) > 4:
		return name[:len(name)-3] + "y"
	case strings.HasSuffix(name, "sses"), strings.HasSuffix(name, "xes"), strings.HasSuffix(name, "ches"), strings.HasSuffix(name, "shes"):
		return name[:len(name)-2]
	case strings.HasSuffix(name, "ss"), strings.HasSuffix(name, "us"), strings.HasSuffix(name, "is"):
		return name
	case strings.HasSuffix(name, "s") && len(name) > 2:
		return name[:len(name)-1]
	}
	for _, list := range [...]string{"_list", "List", "_array", "Array"} {
		if s, ok := strings.CutSuffix(name, list); ok {
			return s
		}
	}
	return name
}
