//! What a signed-in resident sees and changes of her account.
