package promo

import (
	"time"

	"promostack/bot"
	"promostack/render/coupon"
	"promostack/store"
)

const (
	textsOnly     = bot.HTML("🙂 I can only read text. Send me your <b>coupon code</b>, for example <code>SAVE20</code>.")
	askCode       = bot.HTML("🎟 Send me your <b>coupon code</b>.")
	askCodeGroup  = bot.HTML("🎟 Write <code>/generate YOURCODE</code> and I show you what I can make with it.")
	forgotten     = bot.HTML("👌 Forgotten. Send me a coupon code whenever you like.")
	noTemplates   = bot.HTML("🎨 There are no templates here yet. Please come back a little later.")
	tooBusy       = bot.HTML("⏳ Many people want pictures right now. Please try again in a few seconds.")
	ourMistake    = bot.HTML("😕 That went wrong on our side, not on yours. Please try again in a moment.")
	manyGuesses   = bot.HTML("🖐 That were many wrong codes. Please wait a while before the next one.")
	whichTemplate = bot.HTML("🤔 Which one do you mean?")
	deadButton    = "This button does not work any more. Send me your coupon code."
	nothingSaved  = "Send me your coupon code first."
	working       = "Making your picture…"
)

// welcome greets in the name of the brand.
func welcome(brand store.Brand) bot.HTML {
	return bot.Format("👋 <b>Welcome to %s!</b>\n\nSend me your <b>coupon code</b> and I turn it into pictures that are ready to post.\n\nFor example: <code>SAVE20</code>", brand.ProductName)
}

// helpText explains everything on one phone screen.
func helpText(brand store.Brand, example string) bot.HTML {
	text := bot.Format("<b>How it works</b>\n\n1️⃣ Send me your coupon code\n2️⃣ Leaf through the templates with ◀️ ▶️\n3️⃣ Tap <b>Generate</b>, and share your picture\n\n"+
		"/generate – go on with your last code\n/cancel – start afresh\n\n<b>Faster</b>, here, in groups and in channels:\n<code>/%s/YOURCODE</code>", example)
	if brand.SupportContact != "" {
		text += bot.Format("\n\nQuestions? %s", brand.SupportContact)
	}
	return text
}

// refusal tells a person why there is no picture. What cannot be checked is never called invalid.
func refusal(code string, v coupon.Verdict) bot.HTML {
	if v.Status == coupon.Unknown {
		return bot.Format("⏳ I cannot check <b>%s</b> right now. That says nothing about your code: please try again in a moment.", code)
	}
	return bot.Format("❌ <b>%s</b>\n%s", code, v.Message)
}

// terms is what is known of a code: "20 % off · until 3 December 2026".
func terms(v coupon.Verdict, zone *time.Location) bot.HTML {
	off, ends := v.Discount.String(), ""
	if off != "" {
		off += " off"
	}
	if !v.Ends.IsZero() {
		ends = "until " + v.Ends.Add(-time.Second).In(zone).Format("2 January 2006")
	}
	if off != "" && ends != "" {
		off += " · "
	}
	return bot.Escape(off + ends)
}

// variantName is what a person calls a shape.
func variantName(name string) string {
	switch name {
	case "square":
		return "Square"
	case "story":
		return "Portrait"
	case "":
		return ""
	}
	return string(name[0]-'a'+'A') + name[1:]
}

// variantSign is the shape in front of its name.
func variantSign(v store.Variant) string {
	switch {
	case v.Height > v.Width:
		return "📱 "
	case v.Height < v.Width:
		return "🖥 "
	}
	return "⬜️ "
}
