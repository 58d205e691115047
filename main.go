// Command promostack is the whole product in one binary: web app, API, admin panel, bots and scheduler.
package main

func main() {}
